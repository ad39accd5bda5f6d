"""What a side has found, as sorted lines `code,subject,amount`, and whether sides agree.

A subject is a request, or a group as tenant/deployment/currency. Amounts are decimal strings in
major units without trailing zeros; they are compared as text and never become numbers.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path

# What the peers look for. tieout alone also looks for look-alikes, true-ups, invoices and the rest.
SHARED = {
    "amount-mismatch", "cut-off-error", "double-billed", "duplicate-event", "misposted",
    "nonbillable-charge", "rounding-drift", "unbilled", "unsupported-charge",
}  # fmt: skip
GRACE = timedelta(hours=6)


def amount_text(text):
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def line(code, request, group, amount):
    return f"{code},{request or '/'.join(group)},{amount_text(amount)}"


def group_of(row):
    return row["tenant_id"], row["deployment_id"], row["currency"]


def of_report(folder):
    """The breaks and figures of a tieout report: all its breaks, and those that peers share."""
    (breaks_file,) = Path(folder).glob("*/breaks.csv")
    breaks = []
    with open(breaks_file, newline="") as file:
        for row in csv.DictReader(file):
            found = line(row["code"], row["request_id"], group_of(row), row["amount"])
            breaks.append((row["code"], found))
    shared = [found for code, found in breaks if code in SHARED]
    with open(breaks_file.with_name("groups.csv"), newline="") as file:
        for row in csv.DictReader(file):
            if row["policy"] == "plan_inclusive":
                continue
            shared.append(line("recorded", None, group_of(row), row["recorded"]))
            shared.append(line("posted", None, group_of(row), row["posted"]))
    return sorted(found for _, found in breaks), sorted(shared)


def of_peer(path):
    with open(path, newline="") as file:
        return sorted(line(code, subject, (), amount) for code, subject, amount in csv.reader(file))


def planted(rows, day=None, as_of=None):
    """The manifest's lines; with `day`, what of it a run over that day alone may see at `as_of`."""
    found = []
    for code, tenant, deployment, currency, request, amount, at, recorded_at in rows:
        if day:
            if not at or datetime.fromisoformat(at).date() != day:
                continue
            if code == "unbilled" and as_of - datetime.fromisoformat(recorded_at) < GRACE:
                code = "in-transit"
        found.append(line(code, request, (tenant, deployment, currency), amount))
    return sorted(found)


def difference(name, found, other, expected):
    """What is wrong, in words; None where both lists are equal."""
    if found == expected:
        return None
    missing = sorted(set(expected) - set(found))
    invented = sorted(set(found) - set(expected))
    shown = [f"  {other} only: {text}" for text in missing[:5]]
    shown += [f"  {name} only: {text}" for text in invented[:5]]
    counts = f"{len(found)} lines against {len(expected)}"
    return "\n".join([f"{name} and {other} differ: {counts}", *shown])
