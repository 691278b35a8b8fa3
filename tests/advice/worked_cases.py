"""Imaginary firms whose advice an adviser can judge: their answers as the firm would write them."""

from __future__ import annotations

CASES = {
    "brewery": """
answered_on = 2026-12-01
[firm]
country = "BE"
nace = "15.96"
nace_revision = "1.1"
region = "flanders"
technology = "low"
founded = 1998
employees = 24
exports = false
imports = true
[plans]
start = 2027-01-31
niche = false
short_window = false
founders_abroad = false
follows_client = false
[resources]
people = "part_time"
money = "some"
[market]
global_concentration = "low"
global_strategic_motivation = "no"
global_synergy = "low"
environment = "favourable"
geographical_distance = "small"
market_size = "small"
demand_uncertainty = "high"
production_costs = "high"
competition = "atomistic"
marketing_infrastructure = "good"
know_how_value = "low"
know_how_tacitness = "low"
product_differentiation = "differentiated"
service = "light"
[readiness.competencies]
languages = { points = 3, evidence = "two of the staff" }
export_knowledge = 1
negotiation = 1
market_research = 1
planning = 2
foreign_culture = 2
digital_sales = 1
""",
    "software start-up": """
answered_on = 2026-12-01
[firm]
country = "BE"
nace = "72.20"
nace_revision = "1.1"
region = "brussels"
technology = "high"
founded = 2024
employees = 9
exports = true
first_foreign_sale = 2025
foreign_share = 60
countries = 7
world_regions = 3
[plans]
niche = true
short_window = true
founders_abroad = true
[resources]
people = "full_time"
money = "some"
[market]
global_concentration = "high"
global_strategic_motivation = "yes"
global_synergy = "high"
environment = "favourable"
market_size = "small"
demand_uncertainty = "high"
competition = "atomistic"
marketing_infrastructure = "good"
know_how_value = "high"
know_how_tacitness = "high"
product_differentiation = "differentiated"
service = "intensive"
""",
    "machine builder": """
answered_on = 2026-12-01
[firm]
country = "BE"
nace = "29"
nace_revision = "1.1"
region = "wallonia"
technology = "medium_high"
founded = 1961
employees = 140
exports = true
imports = true
first_foreign_sale = 1985
foreign_share = 55
countries = 12
world_regions = 3
[plans]
niche = true
short_window = false
founders_abroad = true
[resources]
people = "team"
money = "large"
[market]
global_concentration = "high"
global_strategic_motivation = "yes"
global_synergy = "high"
environment = "favourable"
geographical_distance = "small"
market_size = "large"
demand_uncertainty = "low"
production_costs = "low"
competition = "oligopolistic"
marketing_infrastructure = "poor"
know_how_value = "high"
know_how_tacitness = "high"
product_differentiation = "differentiated"
service = "intensive"
""",
    "importer": """
answered_on = 2026-12-01
[firm]
country = "BE"
nace = "51"
nace_revision = "1.1"
region = "flanders"
founded = 2010
employees = 6
exports = false
imports = true
[plans]
aim = "source"
[resources]
people = "part_time"
money = "some"
[market]
global_concentration = "low"
global_strategic_motivation = "no"
global_synergy = "high"
environment = "unfavourable"
market_size = "small"
competition = "atomistic"
marketing_infrastructure = "good"
know_how_value = "low"
know_how_tacitness = "low"
""",
    "supplier of a multinational": """
answered_on = 2026-12-01
[firm]
country = "BE"
nace = "25"
nace_revision = "1.1"
region = "flanders"
founded = 1990
employees = 60
exports = false
imports = false
[plans]
follows_client = true
[resources]
people = "part_time"
money = "none"
[market]
global_concentration = "low"
global_strategic_motivation = "no"
global_synergy = "low"
environment = "unfavourable"
market_size = "small"
demand_uncertainty = "high"
competition = "atomistic"
know_how_value = "low"
know_how_tacitness = "low"
service = "light"
""",
    "large foreign subsidiary": """
[firm]
country = "BE"
nace = "24"
nace_revision = "1.1"
employees = 900
domestic_owned = false
public = true
""",
}
