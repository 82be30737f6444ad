"""The worst errors, and where the networks looked."""
