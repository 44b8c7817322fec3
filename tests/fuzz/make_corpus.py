#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets from the golden vectors: make_corpus.py FOLDER"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for target, vectors in (("frames", "frames"), ("unpack", "messages"), ("record", "records")):
    folder = os.path.join(sys.argv[1], target)
    os.makedirs(folder, exist_ok=True)
    for number, line in enumerate(open(os.path.join(HERE, "../../proto/vectors", vectors + ".txt"), encoding="utf-8")):
        words = line.split()
        if not line.startswith("#") and words[2] != "-":
            with open(os.path.join(folder, "%03d" % number), "wb") as out:
                out.write(bytes.fromhex(words[2]))
