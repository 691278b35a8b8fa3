# Reference numbers of tests/evidence/test_reference.py, by R from the synthetic files of make_data.py: local
# projections, matched and by regression, the power of a design, margins of trade, a penalized logit and its quality.
# Run in this folder: Rscript make_reference.R
suppressMessages({library(MatchIt)})

rows <- list()
put <- function(model, term, value) rows[[length(rows) + 1]] <<- data.frame(model, term, value = sprintf("%.12g", value))
fy <- read.csv("firm_years.csv", colClasses = c(division = "character"))
fy$exporter <- fy$exporter == "true"
support <- read.csv("support.csv"); lines <- read.csv("relations.csv")
fy$y <- ifelse(fy$value_added > 0, log(fy$value_added / fy$employment), NA); fy$size <- log(fy$employment)
firms <- sort(unique(fy$firm_id)); years <- min(fy$year):max(fy$year)
wide <- function(column) {
  m <- matrix(NA, length(firms), length(years)); m[cbind(match(fy$firm_id, firms), match(fy$year, years))] <- fy[[column]]; m
}
trades <- wide("exporter"); division <- wide("division"); prod <- wide("y"); size <- wide("size")
present <- !is.na(division)
first <- rep(99, length(firms)); first[match(support$firm_id, firms)] <- match(support$year, years)
at <- function(m, i, t) if (t < 1 || t > length(years)) NA else m[i, t]

# a difference in differences within cells: estimate by weighted least squares, by matching, and its error by hand;
# the distances of a path share the factor G / (G - 1) of the firms that contribute to any
path <- list(); unseen <- list()
finish <- function() {
  g <- length(unique(unlist(lapply(path, function(p) names(p)[p != 0]))))
  for (model in names(path)) put(model, "std_error", sqrt(sum(path[[model]]^2) * g / (g - 1) + unseen[[model]]))
  path <<- list()
}
differ <- function(model, d) {
  d <- d[!is.na(d$change), ]
  n0 <- ave(1 - d$treated, d$cell, FUN = sum); n1 <- ave(d$treated, d$cell, FUN = sum)
  d <- d[n0 >= 2 & n1 > 0, ]; n0 <- ave(1 - d$treated, d$cell, FUN = sum); n1 <- ave(d$treated, d$cell, FUN = sum)
  w <- ifelse(d$treated == 1, 1, n1 / n0)
  fit <- if (length(unique(d$cell)) > 1) lm(change ~ treated + factor(cell), d, weights = w) else lm(change ~ treated, d, weights = w)
  b <- coef(fit)[["treated"]]
  centre <- ave(ifelse(d$treated == 1, 0, d$change), d$cell, FUN = sum) / n0
  excess <- d$change - centre; N <- sum(d$treated)
  influence <- ifelse(d$treated == 1, (excess - b) * sqrt(n0 / (n0 + 1)), -(n1 / n0) * excess * sqrt(n0 / (n0 - 1))) / N
  path[[model]] <<- tapply(influence, d$firm, sum)
  # of a share, what the treated bring is at least what they bring with the variance of their cells
  whole <- sum(ave(d$change, d$cell, FUN = var)[d$treated == 1]) / N^2
  unseen[[model]] <<- if (grepl("first_export", model)) max(0, whole - sum(influence[d$treated == 1]^2)) else 0
  put(model, "estimate", b); put(model, "n_treated", N)
  d$cell <- factor(d$cell)
  matched <- match.data(matchit(treated ~ cell, d, method = "exact", estimand = "ATT"))
  put(model, "matched", with(matched, weighted.mean(change[treated == 1], weights[treated == 1]) -
                                      weighted.mean(change[treated == 0], weights[treated == 0])))
  invisible(d)
}

# learning: starts of exports after two clean years, against firms without exports until the year compared
for (h in c(-3, -2, 0, 1, 2)) {
  out <- list(); clean <- max(2, -h)
  for (i in seq_along(firms)) for (t in 2:length(years)) {
    before <- sapply(1:clean, function(k) at(trades, i, t - k))
    if (!present[i, t - 1] || any(is.na(before)) || any(before) || is.na(trades[i, t])) next
    now <- trades[i, t]
    if (!now && h > 0) { later <- sapply(1:h, function(k) at(trades, i, t + k)); if (any(is.na(later)) || any(later)) next }
    out[[length(out) + 1]] <- data.frame(firm = i, treated = as.numeric(now), cell = paste(division[i, t - 1], t),
                                         change = at(prod, i, t + h) - at(prod, i, t - 1))
  }
  differ(paste0("learning/t", sprintf("%+d", h)), do.call(rbind, out))
}
finish()

# support: first exports within two years and employment, by division and year and by cells matched beside them
HORIZON <- 2; BREAKS <- 1:4 / 5
ever <- t(apply(ifelse(is.na(trades), FALSE, trades), 1, function(x) cumsum(x) > 0))
seen <- t(apply(present, 1, cummax)) == 1; last <- apply(present, 1, function(x) max(which(x)))
class_of <- matrix(NA, length(firms), length(years))
for (t in seq_along(years)) {
  basis <- prod[present[, t] & t < first & !is.na(prod[, t]), t]
  class_of[, t] <- findInterval(prod[, t], quantile(basis, BREAKS), left.open = TRUE)
}
class_of[is.na(class_of)] <- -1
events <- sapply(seq_along(years), function(t) any(first == t & sapply(seq_along(firms), function(i)
  t > 1 && present[i, t - 1] && last[i] >= t)))
pairs_at <- function(h, matched, value, newcomers) {
  out <- list()
  for (i in seq_along(firms)) for (t in 2:length(years)) {
    if (!events[t] || !present[i, t - 1] || last[i] < t || t + h > length(years)) next
    treated <- first[i] == t
    if (!treated && first[i] <= t + max(h, 0)) next
    if (newcomers && ever[i, t - 1]) next
    cell <- paste(division[i, t - 1], t)
    if (matched) cell <- paste(cell, ever[i, t - 1], class_of[i, t - 1])
    out[[length(out) + 1]] <- data.frame(firm = i, treated = as.numeric(treated), cell, change = value(i, t + h) - value(i, t - 1))
  }
  do.call(rbind, out)
}
start <- function(i, t) if (t < 1 || !seen[i, t]) NA else 100 * ever[i, t]
staff <- function(i, t) at(size, i, t)
for (method in c("local_projections", "matched")) {
  for (h in 0:HORIZON) differ(paste0("support/", method, "/first_export/t", sprintf("%+d", h)),
                              pairs_at(h, method == "matched", start, TRUE))
  finish()
  for (h in c(-2, 0, 1, 2)) differ(paste0("support/", method, "/employment/t", sprintf("%+d", h)),
                                   pairs_at(h, method == "matched", staff, FALSE))
  finish()
}

# what the matched design could detect of employment, from comparison firms alone
wide_pairs <- function() {
  d <- pairs_at(HORIZON, TRUE, staff, FALSE); t <- as.integer(sapply(strsplit(d$cell, " "), `[`, 2))
  d$change <- rowMeans(sapply(0:HORIZON, function(h) mapply(function(i, s) staff(i, s + h) - staff(i, s - 1), d$firm, t))); d
}
d <- wide_pairs(); d <- d[d$treated == 1 | !is.na(d$change), ]
n0 <- ave(1 - d$treated, d$cell, FUN = sum); n1 <- ave(d$treated, d$cell, FUN = sum)
d <- d[n0 >= 2 & n1 > 0, ]; c0 <- d[d$treated == 0, ]; total <- sum(d$treated)
cells <- tapply(c0$change, c0$cell, length); treated <- tapply(d$treated, d$cell, sum)[names(cells)]
spread <- sqrt(sum((c0$change - ave(c0$change, c0$cell))^2) / (nrow(c0) - length(cells)))
put("power", "spread", spread); put("power", "n_treated", total)
put("power", "detectable", (qnorm(0.975) + qnorm(0.8)) * spread * sqrt(1 / total + sum((treated / total)^2 / cells)))

# margins of exports between 1999 and 2000
a <- with(fy[fy$year == 1999 & fy$exporter, ], setNames(export_value, firm_id))
b <- with(fy[fy$year == 2000 & fy$exporter, ], setNames(export_value, firm_id))
middle <- (sum(a) + sum(b)) / 2; stay <- intersect(names(a), names(b))
put("margins", "total", 100 * (sum(b) - sum(a)) / middle)
put("margins", "starts", 100 * sum(b[setdiff(names(b), stay)]) / middle)
put("margins", "ceases", -100 * sum(a[setdiff(names(a), stay)]) / middle)
put("margins", "goes_on", 100 * sum(b[stay] - a[stay]) / middle)
key <- function(y) with(lines[lines$year == y & lines$firm_id %in% stay, ], setNames(value, paste(firm_id, country, product)))
k <- key(1999); l <- key(2000); kept <- intersect(names(k), names(l))
put("margins", "relations_added", 100 * sum(l[setdiff(names(l), kept)]) / middle)
put("margins", "relations_dropped", -100 * sum(k[setdiff(names(k), kept)]) / middle)
put("margins", "relations_kept", 100 * sum(l[kept] - k[kept]) / middle)
rate <- 200 * (b[stay] - a[stay]) / (b[stay] + a[stay]); share <- (a[stay] + b[stay]) / sum(a[stay] + b[stay])
put("margins", "growth_of_those_that_go_on", sum(share * rate)); put("margins", "mean_growth_of_a_trader", mean(rate))
put("margins", "granular_part", sum(share * rate) - mean(rate))
top <- function(x, n) names(sort(x, decreasing = TRUE))[1:n]
put("margins", "share_of_the_largest_10", 100 * sum(b[top(b, 10)]) / sum(b))
put("margins", "largest_10_again", 100 * mean(top(b, 10) %in% top(a, 10)))
now <- lines[lines$year == 2000, ]
put("levels", "number_of_traders", length(b)); put("levels", "value_of_a_trader", mean(b))
put("levels", "countries_of_a_trader", mean(tapply(now$country, now$firm_id, function(x) length(unique(x)))))
put("levels", "products_of_a_trader", mean(tapply(now$product, now$firm_id, function(x) length(unique(x)))))
put("levels", "relations_of_a_trader", nrow(now) / length(b)); put("levels", "value_of_a_relation", mean(now$value))

# a logit with a ridge on standardized numbers, missing ones flagged, and the quality of its forecasts of the next year
train <- fy[fy$year == 1998, ]; test <- fy[fy$year == 2000, ]
columns <- function(d) {
  z <- function(x, ref) { m <- mean(ref, na.rm = TRUE); s <- sqrt(mean((ref - m)^2, na.rm = TRUE)); ifelse(is.na(x), 0, (x - m) / s) }
  levels <- sort(unique(train$division))[-1]
  cbind(1, z(d$size, train$size), z(d$y, train$y), as.numeric(is.na(d$y)), sapply(levels, function(l) as.numeric(d$division == l)))
}
X <- columns(train); out <- as.numeric(train$exporter)
loss <- function(beta) { eta <- X %*% beta; sum(log1p(exp(eta)) - out * eta) + 0.5 * sum(beta[-1]^2) }
slope <- function(beta) { p <- plogis(X %*% beta); as.vector(t(X) %*% (p - out)) + c(0, beta[-1]) }
beta <- rep(0, ncol(X))
for (step in 1:50) {
  p <- as.vector(plogis(X %*% beta))
  beta <- beta - solve(t(X) %*% (X * (p * (1 - p))) + diag(c(0, rep(1, ncol(X) - 1))), slope(beta))
}
stopifnot(max(abs(slope(beta))) < 1e-9)
p <- as.vector(plogis(columns(test) %*% beta)); happened <- as.numeric(test$exporter); base <- mean(out)
put("forecast", "mean", mean(p)); put("forecast", "largest", max(p))
ranked <- order(-p); precision <- cumsum(happened[ranked]) / seq_along(ranked)
put("forecast", "average_precision", sum(precision * happened[ranked]) / sum(happened))
put("forecast", "brier_skill", 1 - sum((p - happened)^2) / sum((base - happened)^2))
line <- coef(glm(happened ~ qlogis(p), family = binomial, control = glm.control(epsilon = 1e-14)))
put("forecast", "intercept", line[[1]]); put("forecast", "slope", line[[2]])
write.csv(do.call(rbind, rows), "reference.csv", row.names = FALSE, quote = FALSE)
