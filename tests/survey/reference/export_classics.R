# Writes the classic data sets that test_classics.py reads, from the packages of R, to the folder given.
# Run: Rscript export_classics.R FOLDER. Nothing of it belongs into this project.
folder <- commandArgs(TRUE)[1]; dir.create(folder, showWarnings = FALSE, recursive = TRUE)
data(HolzingerSwineford1939, package = "lavaan")
write.csv(HolzingerSwineford1939, file.path(folder, "HolzingerSwineford1939.csv"), row.names = FALSE)
write.csv(psych::bfi[, 1:25], file.path(folder, "bfi.csv"), row.names = FALSE)
data(api, package = "survey")
for (name in c("apistrat", "apiclus1")) write.csv(get(name), file.path(folder, paste0(name, ".csv")), row.names = FALSE)
