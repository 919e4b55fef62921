"""Finds the words that a text repeats."""

from collections import Counter


class WordCounter:
    def __init__(self, text: str) -> None:
        self.words = [word.strip(".,;:!?").lower() for word in text.split()]
        self.counts = Counter(self.words)

    def repeated(self, least: int = 2) -> list[tuple[str, int]]:
        found = [(word, count) for word, count in self.counts.items() if count >= least]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


if __name__ == "__main__":
    counter = WordCounter("The cat saw the dog, and the dog saw the cat.")
    for word, count in counter.repeated():
        print(f"{word}: {count}")
