"""How this process's memory is handed out."""

import ctypes
import sys

# Numbers of mallopt's parameters in glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 2**30  # bytes: an allocation up to this size is kept when freed
_KEPT_BY_OLDER = 2**25  # the most that glibc before 2.35 takes


def keep_freed() -> None:
    """Keep what is freed, up to the most that was ever in use, instead of giving it back to the system.

    A training step frees and asks again for hundreds of blocks of some MiB; given back each time, the system has to
    clear their pages anew. On two cores a step of tf_efficientnet_lite0 took 1.6 times as long. Linux with glibc only;
    elsewhere nothing changes.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # another C library, such as musl
        return
    mallopt(_TRIM_THRESHOLD, 2 * _KEPT - 1)
    mallopt(_MMAP_THRESHOLD, _KEPT) or mallopt(_MMAP_THRESHOLD, _KEPT_BY_OLDER)
