# SPDX-License-Identifier: GPL-2.0-only
# demo.mk - shows the first lab, where nothing of the host is touched

demo: all
	@labs/demo

.PHONY: demo
