# SPDX-License-Identifier: Apache-2.0
"""From samples to rows, a table for people, and docs/benchmarks.md."""
import pathlib
import statistics

# test -> (unit, what a sample's JSON object says about it)
TESTS = {
    "throughput_1": ("Gbit/s", lambda s: s["throughput_1"]["rate"]),
    "cpu_per_gb": ("CPU s/GB", lambda s: s["throughput_1"]["busy"] / (s["throughput_1"]["amount"] / 1e9)),
    "throughput_8": ("Gbit/s", lambda s: s["throughput_8"]["rate"]),
    "request_response": ("1/s", lambda s: s["request_response"]["rate"]),
    "latency_p50": ("µs", lambda s: s["request_response"]["p50"]),
    "latency_p99": ("µs", lambda s: s["request_response"]["p99"]),
    "connections": ("1/s", lambda s: s["connections"]["rate"]),
    "cpu_per_1k_connections": ("CPU s", lambda s: s["connections"]["busy"] / (s["connections"]["amount"] / 1e3)),
    "udp_pps": ("1/s", lambda s: s["udp"]["rate"]),
}

def row(test: str, path: str, beside: str, rounds: list[dict]) -> dict | None:
    """One path's figures in one test. `rounds`: path -> load -> sample, for each round. The ratio is the
    median of the rounds' own ratios, since a machine's speed drifts between rounds; to the path `beside`, or
    to direct where that is not measured."""
    value = TESTS[test][1]
    figures, ratios = [], []
    for samples in rounds:
        try:
            figure = value(samples[path])
        except KeyError:  # not measured on this path
            return None
        figures.append(figure)
        beside = beside if beside in samples else "direct"
        if beside in samples:
            ratios.append(figure / value(samples[beside]))
    made = {"test": test, "path": path, "unit": TESTS[test][0], "median": statistics.median(figures),
            "min": min(figures), "max": max(figures)}
    if ratios:
        made |= {f"ratio_to_{beside}": statistics.median(ratios), "ratio_min": min(ratios),
                 "ratio_max": max(ratios)}
    return made


def rows(rounds: list[dict], beside: dict[str, str]) -> list[dict]:
    """`beside`: path -> the path that its ratios are taken to."""
    made = [row(test, path, other, rounds) for test in TESTS for path, other in beside.items()]
    return [r for r in made if r]


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def table(made: list[dict]) -> str:
    """Markdown: a line for each test, a column for each path: median, and ratio (min-max)."""
    paths = list(dict.fromkeys(r["path"] for r in made))
    lines = ["| | " + " | ".join(paths) + " |", "|---" * (len(paths) + 1) + "|"]
    for test in TESTS:
        cells = []
        for path in paths:
            r = next((r for r in made if r["test"] == test and r["path"] == path), None)
            cell = number(r["median"]) if r else "–"
            ratio = next((r[key] for key in r or {} if key.startswith("ratio_to_")), None)
            if ratio is not None and path != "direct":
                cell += f", **{ratio:.2f}** ({r['ratio_min']:.2f}-{r['ratio_max']:.2f})"
            cells.append(cell)
        lines.append(f"| {test}, {TESTS[test][0]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cases_table(title: str, figures: list[dict]) -> str:
    """Markdown: a line for each case that a program has printed."""
    lines = [f"| {title} | median | min-max |", "|---|---|---|"]
    lines += [f"| {f['case']} | {number(f['median'])} {f['unit']} | "
              f"{number(f['min'])}-{number(f['max'])} |" for f in figures]
    return "\n".join(lines)


def write_docs(page: pathlib.Path, text: str, what: str = "results") -> None:
    """Replaces what stands between the marks of that name in the page."""
    begin, end = f"<!-- {what}: begin -->", f"<!-- {what}: end -->"
    head, rest = page.read_text(encoding="utf-8").split(begin)
    tail = rest.split(end)[1]
    page.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")
