"""Apache Spark, beyond one machine: in the process (``local[*]``), on a cluster of its own, or behind Spark Connect."""
