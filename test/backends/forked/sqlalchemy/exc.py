class OperationalError(Exception):
    pass
