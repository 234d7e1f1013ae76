// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_elf - any bytes for elf_defect()
 *
 * Every section of what elf_defect() let pass begins and ends within the file.
 */
#include <elf.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "../../lib/internal.h"
#include "../../lib/prog/elf.h"

__attribute__((constructor)) static void silence_libbpf(void)
{
	libbpf_set_print(NULL);
}

/* A read that the compiler cannot leave out. */
static void touch(const uint8_t *byte)
{
	__asm__ volatile("" : : "r"(*byte));
}

static void read_sections(const uint8_t *bytes)
{
	Elf64_Ehdr header;
	Elf64_Shdr section;

	memcpy(&header, bytes, sizeof(header));
	for (size_t i = 0; i < header.e_shnum; i++) {
		memcpy(&section, bytes + header.e_shoff + i * sizeof(section),
		       sizeof(section));
		if (section.sh_type == SHT_NOBITS || !section.sh_size)
			continue;
		touch(bytes + section.sh_offset);
		touch(bytes + section.sh_offset + section.sh_size - 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!elf_defect(bytes, size))
		read_sections(bytes);
	return 0;
}
