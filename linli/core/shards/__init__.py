"""A database that is split over machines by county: keys that stay in one (`keys`), rows that lie in one (`rows`), and
the way there (`linli shard`: `plan`, `cluster`).
"""
