"""A trace as files: ITF, text ladder and SVG, side by side."""

from __future__ import annotations

import json
from pathlib import Path

from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.ladder_svg import ladder_svg
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.itf import to_itf
from tcpmodel.systems.trace import Trace


def write_trace(folder: Path, trace: Trace, *, spec: str, claim: Claim, tool: str, failed: bool) -> Path:
    """Write `<spec>.<claim>.itf.json`, `.txt` and `.svg`; the path of the first."""
    title = f"{spec}: {claim.name}"
    base = folder / f"{spec}.{claim.name}"
    status = "violation" if failed else "ok"
    document = to_itf(trace, spec=spec, claim=claim.name, status=status, tool=tool)
    path = Path(f"{base}.itf.json")
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    Path(f"{base}.txt").write_text(ladder(trace, title=title, claim=claim) + "\n", encoding="utf-8")
    Path(f"{base}.svg").write_text(ladder_svg(trace, title=title, claim=claim), encoding="utf-8")
    return path
