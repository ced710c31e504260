"""gunicorn's own words, in the form of ours: `--logger-class config.watching.served.Logger`.

Law: gunicorn writes no line about a request. It knows addresses alone, with all that stands in them; the middleware
writes that line, with the route.
"""

import logging
import logging.config
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger as GunicornLogger

from config.watching.logs import configured


class Logger(GunicornLogger):
    """What gunicorn says of itself goes where ours goes."""

    def setup(self, cfg: Any) -> None:
        logging.config.dictConfig(configured(settings.LOG_FORMAT, settings.LOG_LEVEL))
        self.error_log.handlers, self.error_log.propagate = [], True
        self.access_log.handlers, self.access_log.propagate = [], False
        self.error_log.setLevel(settings.LOG_LEVEL)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Written by the middleware."""
