# The same in R: install.packages(c("duckdb", "DBI")). The tests run its queries, not R itself.
library(DBI)

warehouse <- dbConnect(duckdb::duckdb(), ".cartscape/warehouse.duckdb", read_only = TRUE)

published <- dbGetQuery(warehouse, "from landscape.published")
trials <- dbGetQuery(warehouse, "from landscape.trials")

by_target <- dbGetQuery(warehouse, "
  select target, count(*) as trials
  from landscape.trial_targets
  group by all
  order by trials desc
")
barplot(head(by_target$trials, 15), names.arg = head(by_target$target, 15), las = 2)

dbDisconnect(warehouse, shutdown = TRUE)
