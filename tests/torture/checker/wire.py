"""Protobuf bytes, read without any code of the product."""


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(data):
    """[(number, value)]: value is an int or bytes."""
    at, size, out = 0, len(data), []
    while at < size:
        tag = data[at]
        at += 1
        if tag > 127:
            tag, at = varint(data, at - 1)
        if tag & 7 == 0:
            value = data[at]
            at += 1
            if value > 127:
                value, at = varint(data, at - 1)
        elif tag & 7 == 2:
            length = data[at]
            at += 1
            if length > 127:
                length, at = varint(data, at - 1)
            value = data[at:at + length]
            at += length
        else:
            raise ValueError("wire type %d" % (tag & 7))
        out.append((tag >> 3, value))
    return out


def slices(data):
    """{field: all its encoded occurrences} of a canonical record."""
    at, size, out = 0, len(data), {}
    while at < size:
        start = at
        tag, at = varint(data, at)
        if tag & 7 == 0:
            _, at = varint(data, at)
        elif tag & 7 == 2:
            length, at = varint(data, at)
            at += length
        else:
            raise ValueError("wire type %d" % (tag & 7))
        number = tag >> 3
        out[number] = out.get(number, b"") + data[start:at]
    return out


def elements(data):
    """The values of a slice of a repeated field."""
    return [value for _, value in fields(data)] if data else []


def number(data, otherwise=None):
    """A slice with a zigzag integer."""
    if not data:
        return otherwise
    value = fields(data)[0][1]
    return (value >> 1) ^ -(value & 1)


def plain(data, otherwise=None):
    """A slice with an enum or a bool."""
    return fields(data)[0][1] if data else otherwise


def content(data):
    """A slice with bytes or text."""
    return fields(data)[0][1] if data else None
