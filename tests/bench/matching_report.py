"""The table of `bench-matching`, as docs/benchmarks.md has it."""

from collections.abc import Callable
from typing import Any

_COLUMNS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("pair precision", lambda found: f"{found['precision']:.5f}"),
    ("pair recall", lambda found: f"{found['recall']:.4f}"),
    ("F1", lambda found: f"{found['f1']:.4f}"),
    ("reachable recall", lambda found: f"{found['reachable_recall']:.4f}"),
    ("false pairs", lambda found: f"{found['false_pairs']}"),
    ("enterprises falsely merged", lambda found: f"{100 * found['bad_enterprise_share']:.3f} %"),
    ("enterprises reproduced exactly", lambda found: f"{found['exact_clusters']:.4f}"),
)


def show(result: dict[str, Any]) -> None:
    """Print what was measured."""
    own, peer = result["ours"], result["peer"]
    columns = [own, own["after_review"], peer["best_f1"], peer["sure"]]
    print("\n| | ours | after review | Splink, best F1 | Splink, P ≥ 0.9999 |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, cell in _COLUMNS:
        print(f"| {name} | {' | '.join(map(cell, columns))} |")
    seconds = [own["resolve_seconds"], None, peer["best_f1"]["seconds"], peer["sure"]["seconds"]]
    print(f"| seconds | {' | '.join('' if value is None else f'{value:.2f}' for value in seconds)} |")
    print(f"| peak memory, MB | {own['peak_mb']:.0f} | | {peer['peak_mb']:.0f} | |")
    print(f"\nOurs reads its lists into the database in {own['import_seconds']:.1f} s beforehand.")
    print(f"Pairs for a person, a thousand rows: {own['pairs_per_1000_rows']:.1f}", end="")
    print(f", of these true: {own['true_share_of_pairs']:.3f}")
    print(f"Splink ÷ ours: {result['ratio_to_peer']:.1f}; ours ÷ the floor: {result['ratio_to_floor']:.1f}", end="")
    print(f" (the floor: {result['floor_seconds']:.3f} s)")
    for name in ("nation", "increment"):
        if name in result:
            print(f"{name}: {_brief(result[name])}")
    print()


def _brief(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not isinstance(value, dict)}
