class RunDBManager:
    def check_migration(self, session):
        return True
