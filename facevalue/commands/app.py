"""`app`: the page, on which both methods say what they make of pictures that are dropped there."""

import argparse
import ipaddress
import socket
import sys
import webbrowser
from importlib.util import find_spec
from pathlib import Path

from facevalue.commands.predict import threshold_of
from facevalue.common.errors import OutputError, ParameterError, SourceError
from facevalue.common.files import temporary_folder
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED
from facevalue.common.trainings import found
from facevalue.cropping.params import CropParams
from facevalue.sampling.params import SampleParams

HELP = "open a page of this machine that scores pictures, and compares experiments"
DESCRIPTION = """Serve a page to browsers of this machine: drop pictures, a short video or a folder, and see the face
that was found, what both methods say, and where they looked. Nothing is kept, nothing leaves the machine. The networks
and the crop's settings are those of the last `dvc repro`. Ctrl-C ends it."""
EXAMPLES = ("python -m facevalue app --open", "python -m facevalue app --port 0 --models models")
PORT = 8642


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("--models", type=Path, default=Path("models"), help="default: %(default)s")
    command.add_argument("--params", type=Path, default=Path("params.yaml"), help="default: %(default)s")
    command.set_defaults(threshold=None)
    command.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="default: %(default)s, this machine")
    command.add_argument("--exposed", action="store_true", help="let --host be an address that other machines reach")
    command.add_argument("--port", type=_port, default=PORT, help="default: %(default)s; 0 takes a free one")
    command.add_argument("--open", action="store_true", help="open the page in the browser")


def run(options: argparse.Namespace) -> int:
    """Serve until it is ended."""
    if missing := [name for name in ("starlette", "uvicorn") if find_spec(name) is None]:
        raise OutputError(f"the page needs {' and '.join(missing)}; run `make app`, which installs and starts it.")
    host = _host(options.host, options.exposed)
    crop, recode = CropParams.load(options.params), SampleParams.load(options.params).recode
    accelerator, threshold = MachineParams.load(options.params).for_single_pictures, threshold_of(options)
    models = {method: options.models / method for method in TRAINED}
    for folder in models.values():
        if not folder.is_dir():
            raise SourceError(f"'{folder}' holds no trained networks; run dvc repro, or name others by --models.")

    from facevalue.serving import server  # late, so that a wrong argument is answered at once

    with server.listening(host, options.port) as bound, temporary_folder("facevalue-page") as folder:
        from facevalue.explaining.gradcam import looker
        from facevalue.predicting import both_methods
        from facevalue.serving.examining import Examiner
        from facevalue.serving.limits import Limits
        from facevalue.serving.site import Site

        limits = Limits()
        trained = both_methods.load(models, crop, recode, accelerator)
        full, face = (looker(found(models[method])[0][0]) for method in TRAINED)
        examiner = Examiner(trained, full, face, threshold, limits.frames)
        site = Site(examiner.examine, options.params.absolute().parent, folder, limits, models)
        address = server.address(bound)
        reached = "other machines reach it, too; " if options.exposed else ""
        sys.stdout.write(f"app: {address} ({reached}Ctrl-C ends it)\n")
        sys.stdout.flush()
        if options.open:
            webbrowser.open(address)
        server.serve(site.app(_names(host, options.exposed), options.exposed), bound)
    return 0


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; it must be from 0 to 65535")
    return value


def _host(text: str, exposed: bool) -> str:
    """The address to serve at, in digits."""
    host = "127.0.0.1" if text == "localhost" else text
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise ParameterError(f"--host is '{text}'; it must be an address in digits, such as 127.0.0.1.") from None
    if not (loopback or exposed):
        raise ParameterError(
            f"--host is '{text}', which other machines may reach; whoever does may use the page. Add --exposed if that "
            "is meant, or leave --host out."
        )
    return host


def _names(host: str, exposed: bool) -> list[str]:
    """What the server may be called; nobody else can give the name of this machine away."""
    return ["localhost", "127.0.0.1", "::1", host, *([socket.gethostname().lower()] if exposed else [])]
