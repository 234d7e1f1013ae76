# SPDX-License-Identifier: GPL-2.0-only
# demo.mk - runs the first lab in namespaces of its own

demo: all
	@labs/demo

.PHONY: demo
