// SPDX-License-Identifier: GPL-2.0-only
/* xdp_pass_user - attaches an XDP program to an interface, or detaches all */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xdplab.h>
