// SPDX-License-Identifier: LGPL-2.1-only
/*
 * elf - tells a complete BPF object from what is none
 *
 * libbpf reports every such file as "invalid argument"; and what it parses
 * should at least lie within the file.  The layout is that of elf(5).
 */
#include <elf.h>
#include <stdint.h>
#include <string.h>

#include "internal.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_DATA ELFDATA2LSB
#else
#define NATIVE_DATA ELFDATA2MSB
#endif

static const char *header_defect(const Elf64_Ehdr *header)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return "a 32 bit ELF file, not an object for BPF";
	if (header->e_ident[EI_DATA] != NATIVE_DATA)
		return "compiled for the other byte order";
	if (header->e_machine != EM_BPF)
		return "compiled for another architecture, not for BPF";
	if (header->e_type != ET_REL)
		return "not a relocatable object";
	if (header->e_shentsize != sizeof(Elf64_Shdr) || !header->e_shnum)
		return "has no sections";
	return NULL;
}

static bool within(uint64_t offset, uint64_t length, size_t size)
{
	return offset <= size && length <= size - offset;
}

const char *elf_defect(const void *bytes, size_t size)
{
	const char *defect;
	Elf64_Ehdr header;
	Elf64_Shdr section;

	if (size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (size < sizeof(header))
		return "truncated";
	memcpy(&header, bytes, sizeof(header));
	defect = header_defect(&header);
	if (defect)
		return defect;
	if (!within(header.e_shoff, (uint64_t)header.e_shnum * sizeof(section),
		    size))
		return "truncated";
	if (header.e_shstrndx >= header.e_shnum)
		return "damaged: the section names are missing";

	for (size_t i = 0; i < header.e_shnum; i++) {
		memcpy(&section,
		       (const char *)bytes + header.e_shoff +
			       i * sizeof(section),
		       sizeof(section));
		if (section.sh_type != SHT_NOBITS &&
		    !within(section.sh_offset, section.sh_size, size))
			return "truncated";
	}
	return NULL;
}
