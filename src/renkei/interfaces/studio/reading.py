"""What files are, as far as they can be read: by which digest the model is adopted, and what it is called.

Layer: interfaces. Files of strangers are read in the worker.
"""

from __future__ import annotations

import re
from typing import Any

from renkei.errors import InputError
from renkei.interfaces.studio.files import Files, content_digest, laid_out
from renkei.interfaces.studio.outline import both
from renkei.model.document import read_document
from renkei.model.values import Text
from renkei.process.arrangement import MODEL_FILE, load_arrangement

_NAME = re.compile(r"^name: *([^{\s#][^#\n]{0,200})$", re.MULTILINE)


def read_files(files: Files) -> dict[str, Any]:
    """Return the digest of a model, '' where the files are none yet, and what it is called."""
    with laid_out(files) as folder:
        try:
            arrangement = load_arrangement(folder)
            assert arrangement.model is not None
            return {"digest": arrangement.digest, "name": both(arrangement.model.name)}
        except InputError:
            pass
        try:
            name = both(Text.model_validate(read_document(folder / MODEL_FILE).data.get("name")))
        except (InputError, ValueError):
            name = called(files.get(MODEL_FILE, ""), content_digest(files)[:8])
        return {"digest": "", "name": name}


def called(text: str, otherwise: str) -> dict[str, str]:
    """Return the name in the text of a model, without reading all of it."""
    both_names = re.search(r"^name: *\{ *en: *(.{1,200}?), *ja: *(.{1,200}?) *\} *$", text, re.MULTILINE)
    if both_names:
        return {"en": both_names[1].strip("\"'"), "ja": both_names[2].strip("\"'")}
    plain = _NAME.search(text)
    name = plain[1].strip().strip("\"'") if plain else otherwise
    return {"en": name, "ja": name}
