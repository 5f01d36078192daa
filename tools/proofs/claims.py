"""Output of the proofs: a line of TAP per claim, with its seconds. A claim that is not true raises Wrong."""
import time


class Wrong(Exception):
    """A claim that is not proved; the text is the reason."""


def report(area, claims):
    """Runs the claims, (text, function) each. Returns the exit status."""
    failed = 0
    print(f'TAP version 13\n1..{len(claims)}')
    for text, proof in claims:
        began, why = time.monotonic(), None
        try:
            proof()
        except Wrong as e:
            failed, why = failed + 1, str(e)
        print(f"{'not ok' if why is not None else 'ok'} - {area}: {text}, {time.monotonic() - began:.1f} s")
        if why is not None:
            print(''.join(f'# {line}\n' for line in why.splitlines()), end='')
    return 1 if failed or not claims else 0


def report_of(area, make, refused=Wrong):
    """Does the same, and also reports a source that cannot be parsed."""
    try:
        claims = make()
    except refused as e:
        why = str(e)
        claims = [('the source can be read', lambda: require(False, why))]
    return report(area, claims)


def require(holds, what):
    if not holds:
        raise Wrong(what)
