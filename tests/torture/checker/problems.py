"""What is wrong, by kind: the kinds are what the run's last line counts."""
LOST, DOUBLED, DIVERGED, WRONG = "lost", "doubled", "diverged", "wrong"
KEPT = 20


class Problems:
    def __init__(self, name):
        self.name = name
        self.counts = {LOST: 0, DOUBLED: 0, DIVERGED: 0, WRONG: 0}
        self.texts = []

    def add(self, kind, text):
        self.counts[kind] += 1
        if len(self.texts) < KEPT:
            self.texts.append("%s: %s" % (self.name, text))

    def take(self, other):
        for kind, count in other.counts.items():
            self.counts[kind] += count
        self.texts = (self.texts + other.texts)[:KEPT]
