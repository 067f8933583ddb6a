"""A commented starter file for a new document, which passes `check` as a draft."""

import re
from datetime import date
from pathlib import Path

from press.file import write
from press.problems import Fault

_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
