"""Institutions that report, editions that they report on."""
