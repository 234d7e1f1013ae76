// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor-main - the doctor's findings for configure, before there is a command
 *
 * A line each: name, health, finding and remedy, with tabs between them.
 */
#include <stdio.h>

#include "../lib/doctor/doctor.h"
#include "../lib/internal.h"

static void print_check(const struct xdplab_check *check, void *arg)
{
	static const char *const healths[] = {
		[XDPLAB_HEALTH_OK] = "ok",
		[XDPLAB_HEALTH_INFO] = "info",
		[XDPLAB_HEALTH_WARN] = "warn",
		[XDPLAB_HEALTH_FAIL] = "FAIL",
	};

	(void)arg;
	printf("%s\t%s\t%s\t%s\n", check->name, healths[check->health],
	       check->finding, check->remedy);
}

int main(void)
{
	doctor_kernel(print_check, NULL);
	return 0;
}
