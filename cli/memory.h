/* SPDX-License-Identifier: GPL-2.0-only */
/* memory.h - memory that a command cannot do without */
#ifndef MEMORY_H
#define MEMORY_H

/* The same memory; NULL ends the process, after having said why. */
void *need_memory(void *memory);

#endif
