// SPDX-License-Identifier: GPL-2.0-only
/* memory - memory that a command cannot do without */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "memory.h"

void *need_memory(void *memory)
{
	if (memory)
		return memory;
	fputs("xdplab: out of memory\n", stderr);
	exit(EXIT_FAILED);
}
