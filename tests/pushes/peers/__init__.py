"""Institutions' machines as they really are: a mail server, an SFTP server, a receiver of webhooks."""

from tests.pushes.peers import files, mailbox, receiver

__all__ = ["files", "mailbox", "receiver"]
