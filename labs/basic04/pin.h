/* SPDX-License-Identifier: GPL-2.0-only */
/* pin - where the loader pins the counters, and the viewer looks for them */
#ifndef PIN_H
#define PIN_H

#include <limits.h>
#include <stdio.h>

#define PIN_DIR "/sys/fs/bpf/%s" /* the interface */
#define PIN_MAP PIN_DIR "/xdp_stats_map"

#endif
