from airflow import play


class Session:
    """A look at the database: the file `schema.py` says what it `found`; without one, there is nothing to look at."""

    def __enter__(self):
        scope = {"play": play}
        exec((play / "schema.py").read_text(), scope)
        self.found = scope["found"]
        return self

    def __exit__(self, *_):
        pass

    def execute(self, _):
        return self

    def scalars(self):
        return self

    def all(self):
        return self.found
