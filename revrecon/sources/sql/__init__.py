"""Any SQL database: PostgreSQL by Arrow, every other one by its SQLAlchemy dialect."""
