"""The command line: `farewave serve | migrate | audit | …`, one file a command."""

from farewave.app.processor import choose_signing_path

# Here, since the commands load OpenSSL when they are imported.
choose_signing_path()
