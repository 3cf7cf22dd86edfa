# The commands of this repository. The logic is in xtask/ (Rust); xtask/bootstrap only finds cargo and a linker for it.
#
#   make run     install what is missing, build, run a whole cluster in one process, S3 on 127.0.0.1:9000
#   make test    install what is missing, run every test: what CI calls
#   make check   formatting, lints, layers, licences, documentation; changes nothing
#   make fix     the only command that edits sources: formatting and lint fixes
#   make sim SEED=n          one seed of the simulator
#   make sim-meta SEED=n     one seed twice, logs compared
#   make s3                  the client suites alone
#   make chaos SCENARIO=x SEED=n   faults on real processes
#   make bench   the canonical workloads, one table out

XTASK := sh xtask/bootstrap

.PHONY: help run test check fix sim sim-meta s3 chaos bench

help:
	@sed -n 's/^#   //p' Makefile

run test check fix s3 bench:
	@$(XTASK) $@

sim sim-meta:
	@$(XTASK) $@ $(if $(SEED),--seed $(SEED))

chaos:
	@$(XTASK) chaos $(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(SEED),--seed $(SEED))
