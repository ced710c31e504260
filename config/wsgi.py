"""The door for a WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What was loaded stays to the end. Looking each time whether some of it may go took requests a tenth of a second.
gc.collect()
gc.freeze()
