# The chapter of the comparison with data.table, from the same tables as CSV: R has no Parquet reader of its own.
suppressMessages(library(data.table))
given <- commandArgs(trailingOnly = TRUE)
data <- given[1]; out <- given[2]
setDTthreads(2)
eu15 <- strsplit("AT AX DE DK EL ES FI FR GB GF GP GR IC IE IM IT LU MC MF MQ NL PT QR QV QY RE SE UK XI XU", " ")[[1]]
flows <- c("intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")

trade <- fread(file.path(data, "trade.csv"), select = c("firm_id", "year", "flow", "partner", "value"),
               colClasses = c(firm_id = "character"), na.strings = "")
trade <- trade[partner != "BE"]
trade[, kind := 2L * (flow == "export") + 1L * !(partner %chin% eu15)]
trade[, cents := round(value * 100)]
sums <- trade[, .(cents = sum(cents)), by = .(firm_id, year, kind)][cents > 0]
flags <- sums[, setNames(lapply(0:3, function(k) any(kind == k)), flows), by = .(firm_id, year)]

firms <- fread(file.path(data, "firms.csv"), select = c("firm_id", "nace", "domestic_owned"),
               colClasses = c(firm_id = "character", nace = "character"), na.strings = "")
division <- suppressWarnings(as.integer(substr(firms$nace, 1, 2)))
firms[, population := fcase(
  between(division, 10, 45) | nace %chin% c("C", "D", "E", "F"), "manufacturing",
  between(division, 50, 74) | nace %chin% c("G", "H", "I", "J", "K"), "services")]
firms <- firms[!is.na(population) & (is.na(domestic_owned) | domestic_owned == TRUE), .(firm_id, population)]

books <- fread(file.path(data, "accounts.csv"), colClasses = c(firm_id = "character"), na.strings = "",
               select = c("firm_id", "year", "employees_fte", "employees", "turnover", "value_added", "book_months"))
books <- firms[books, on = "firm_id", nomatch = NULL]
books[, scale := fcase(is.na(book_months), 1, between(book_months, 6, 18), 12 / book_months)]
books[, `:=`(value = round(value_added * scale, 2), turnover = round(turnover * scale, 2))]
books[, member := fcoalesce(employees, employees_fte) < 250 & employees_fte >= 1 & fcoalesce(turnover < 5e7, TRUE)]
members <- flags[books[member == TRUE], on = .(firm_id, year)]
for (flow in flows) set(members, which(is.na(members[[flow]])), flow, FALSE)
members[, `:=`(importer = intra_eu_import | extra_eu_import, exporter = intra_eu_export | extra_eu_export)]
reference <- members[year == 2002]

reference[, `:=`(
  row = fcase(exporter & importer, "import_and_export", exporter, "export_only", importer, "import_only",
              default = "no_internationalization"),
  intra = intra_eu_import | intra_eu_export, extra = extra_eu_import | extra_eu_export,
  size = fcase(employees < 10, "size_lt10", employees < 50, "size_10_49", employees < 100, "size_50_99",
               employees < 250, "size_100_250", default = "unknown"))]
reference[, scope := fcase(intra & extra, "both_intra_extra", intra, "intra_eu", default = "extra_eu")]
scopes <- reference[row != "no_internationalization", .(value = as.numeric(.N)), by = .(population, row, column = scope)]
wholes <- reference[, .(column = "n", value = as.numeric(.N)), by = .(population, row)]
shares <- function(frame, column) {
  found <- frame[, c(list(n = as.numeric(.N)), lapply(.SD, function(flag) 100 * mean(flag))),
                 by = c("population", column), .SDcols = flows]
  melt(found, id.vars = c("population", column), variable.name = "row", variable.factor = FALSE)
}
sized <- shares(reference, "size")
series <- shares(members[year <= 2002], "year")[row != "n"]

first <- books[year == 1998 & employees_fte > 0, .(firm_id, fte_start = employees_fte, value_start = value)]
last <- books[year == 2003 & employees_fte > 0, .(firm_id, fte_end = employees_fte, value_end = value)]
panel <- reference[, .(firm_id, population, now = exporter)]
panel <- last[first[panel, on = "firm_id", nomatch = NULL], on = "firm_id", nomatch = NULL]
panel[, earlier := firm_id %chin% flags[year == 1998 & (intra_eu_export | extra_eu_export), firm_id]]
rates <- function(name, inside) {
  found <- panel[inside, {
    known <- !is.na(value_start) & !is.na(value_end)
    e <- (sum(fte_end[known]) / sum(fte_start[known]))^0.2 - 1
    v <- (sum(value_end[known]) / sum(value_start[known]))^0.2 - 1
    .(n = as.numeric(.N), employment_cagr = 100 * e, value_added_cagr = 100 * v,
      labor_productivity_cagr = 100 * ((1 + v) / (1 + e) - 1))
  }, by = population]
  melt(found, id.vars = "population", variable.name = "column", variable.factor = FALSE)[, row := name]
}
growth <- rbind(
  rates("export", panel$now), rates("constant_export", panel$now & panel$earlier),
  rates("new_to_export", panel$now & !panel$earlier), rates("stopped_export", !panel$now & panel$earlier),
  rates("no_export", !panel$now))
cells <- function(name, found) found[, .(table = name, population, row, column = as.character(column), value)]
setnames(sized, "size", "column"); setnames(series, "year", "column")
fwrite(rbind(cells("mode", scopes), cells("mode", wholes), cells("share", sized), cells("fig1", series),
             cells("growth", growth)), out)
