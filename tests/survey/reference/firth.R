# Firth's penalized logit on perfectly separated answers, from its definition: the log-likelihood plus half the
# logarithm of the determinant of the information, maximized by optim; limits and p-value of the profile. Writes firth.csv.
x <- cbind(1, c(rep(0, 12), rep(1, 8)), round(sin(1:20), 3))
y <- c(1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, rep(1, 8))
penalized <- function(b, x) {
  p <- plogis(drop(x %*% b))
  sum(dbinom(y, 1, p, log = TRUE)) + 0.5 * determinant(crossprod(x, x * p * (1 - p)))$modulus[1]
}
best <- function(f, n) { b <- rep(0, n)
  for (i in 1:20) b <- optim(b, f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-15, maxit = 5000))$par
  list(b = b, value = f(b)) }
full <- best(function(b) penalized(b, x), 3)
p <- plogis(drop(x %*% full$b))
se <- sqrt(diag(solve(crossprod(x, x * p * (1 - p)))))
profile <- function(value) best(function(b) penalized(c(b[1], value, b[2]), x), 2)$value
drop_ <- function(value) full$value - profile(value) - qchisq(.95, 1) / 2
low <- uniroot(drop_, c(full$b[2] - 4 * se[2], full$b[2]), tol = 1e-9)$root
high <- uniroot(drop_, c(full$b[2], full$b[2] + 8 * se[2]), tol = 1e-9)$root
pvalue <- pchisq(2 * (full$value - profile(0)), 1, lower.tail = FALSE)
write.csv(data.frame(key = c("b0", "b1", "b2", "se0", "se1", "se2", "low", "high", "p"),
  value = format(c(full$b, se, low, high, pvalue), digits = 12)), "firth.csv", row.names = FALSE, quote = FALSE)
