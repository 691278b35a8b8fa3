# Reference numbers of tests/statistics/test_spread.py, on synthetic values of firms. Run in this folder: Rscript make_spread.R
set.seed(20080331)
samples <- list(
  skewed = round(rlnorm(137, 9, 2), 2),
  hundred = round(rlnorm(100, 7, 1), 2),
  hundred_and_one = round(rlnorm(101, 7, 1), 2),
  four = c(10.25, 7, 3.5, 1.01),
  corrected = c(round(rnorm(40, 500, 300), 2), -250.75),
  ties = rep(c(5, 1, 3, 3), times = c(3, 10, 6, 2))
)
held <- function(x, n) if (length(x) < n) NA else 100 * sum(head(sort(x, decreasing = TRUE), n)) / sum(x)
values <- NULL; reference <- NULL
for (name in names(samples)) {
  x <- samples[[name]]; n <- length(x)
  values <- rbind(values, data.frame(sample = name, value = sprintf("%.2f", x)))
  quartiles <- unname(quantile(x, c(0.25, 0.5, 0.75), type = 2))
  found <- c(mean = mean(x), standard_deviation = sd(x), first_quartile = quartiles[1], median = quartiles[2],
    third_quartile = quartiles[3], herfindahl = sum((x / sum(x))^2))
  for (p in c(1, 5, 25)) found[paste0("top_", p, "_percent")] <- if (n * p < 100) NA else held(x, ceiling(n * p / 100))
  for (k in c(5, 10, 20, 50, 100)) found[paste0("top_", k)] <- held(x, k)
  reference <- rbind(reference, data.frame(sample = name, statistic = names(found), value = sprintf("%.12g", found)))
}
reference$value[reference$value == "NA"] <- ""
write.csv(values, "spread_values.csv", row.names = FALSE, quote = FALSE)
write.csv(reference, "spread.csv", row.names = FALSE, quote = FALSE)
