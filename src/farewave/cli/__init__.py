"""The command line: `farewave serve | migrate | audit | …`, one file a command."""
