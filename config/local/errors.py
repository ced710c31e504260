"""What can go wrong with the local stack, said to the person who typed the command."""


class LocalStackError(Exception):
    """The local stack cannot do what was asked; the message says what to do."""


class ServersNotFound(LocalStackError):
    """This machine holds no usable binaries of a server."""


class NobodyToRunAs(LocalStackError):
    """No user account was found as whom the servers could run on this checkout."""


class FolderNotOurs(LocalStackError):
    """A folder that the stack needs belongs to somebody else."""


class DidNotStart(LocalStackError):
    """A process ended, or stayed silent, before it was ready."""


class PortTaken(LocalStackError):
    """Another process listens where the site should be served."""
