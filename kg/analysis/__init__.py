"""The questions of cause and sequence, as pure functions on the network of claims."""

from kg.analysis.audit import Finding, audit
from kg.analysis.causes import Explanation, around, effects, why
from kg.analysis.chains import Chains, chain
from kg.analysis.claims import restricted
from kg.analysis.comparison import Comparison, compare
from kg.analysis.counterfactual import WhatIf, whatif
from kg.analysis.dependence import Cuts, Needs, cuts, needs
from kg.analysis.evidence import Evidence, evidence
from kg.analysis.pivotal import Pivotal, pivotal
from kg.analysis.placing import placed
from kg.analysis.sequence import Timeline, timeline
from kg.analysis.time import Span, relations

__all__ = [
    "Chains",
    "Comparison",
    "Cuts",
    "Evidence",
    "Explanation",
    "Finding",
    "Needs",
    "Pivotal",
    "Span",
    "Timeline",
    "WhatIf",
    "around",
    "audit",
    "chain",
    "compare",
    "cuts",
    "effects",
    "evidence",
    "needs",
    "pivotal",
    "placed",
    "relations",
    "restricted",
    "timeline",
    "whatif",
    "why",
]
