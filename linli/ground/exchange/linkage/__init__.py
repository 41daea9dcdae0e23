"""Record linkage: records of one person from several systems find each other; the doubtful ones are people's to decide."""
