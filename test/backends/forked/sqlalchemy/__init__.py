"""Stands in for what the look at the schema needs of it."""


def text(query):
    return query
