"""A server that takes connections and never says a word: `silent.py PORT_FILE COUNT_FILE`. Counts who came."""
import os
import socket
import sys

server = socket.create_server(('127.0.0.1', 0), backlog=16)
kept = []


def write(path, text):
    with open(path + '.new', 'w', encoding='ascii') as file:
        file.write(text)
    os.rename(path + '.new', path)


write(sys.argv[2], '0')
write(sys.argv[1], str(server.getsockname()[1]))
while True:
    kept.append(server.accept()[0])
    write(sys.argv[2], str(len(kept)))
