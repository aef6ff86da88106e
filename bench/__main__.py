"""Runs every bench, or those named, and ends with 1 when a ratio misses its limit."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench

_NOT_BENCHES = frozenset({"__main__", "ratio"})


def main(names: list[str]) -> int:
    """Each module of this folder has `measure() -> Iterable[Ratio]`; results are printed as they come."""
    found = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _NOT_BENCHES]
    missed = 0
    for name in names or found:
        module = importlib.import_module(f"bench.{name}")
        if not hasattr(module, "measure"):
            continue
        print(f"# {name}", flush=True)
        for ratio in module.measure():
            print(ratio, flush=True)
            missed += not ratio.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
