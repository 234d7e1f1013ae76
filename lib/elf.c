// SPDX-License-Identifier: LGPL-2.1-only
/*
 * elf - tells a complete BPF object from what is none
 *
 * libbpf reports every such file as "invalid argument"; and what it parses
 * should at least lie within the file, and its BTF within itself.  The layout
 * is that of elf(5).
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

static Elf64_Shdr section_at(const char *bytes, const Elf64_Ehdr *header,
			     size_t index)
{
	Elf64_Shdr section;

	memcpy(&section, bytes + header->e_shoff + index * sizeof(section),
	       sizeof(section));
	return section;
}

static const char *sections_defect(const char *bytes, size_t size,
				   const Elf64_Ehdr *header)
{
	for (size_t i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr section = section_at(bytes, header, i);

		if (section.sh_type != SHT_NOBITS &&
		    !within(section.sh_offset, section.sh_size, size))
			return "truncated";
	}
	if (header->e_shstrndx >= header->e_shnum ||
	    section_at(bytes, header, header->e_shstrndx).sh_type != SHT_STRTAB)
		return "damaged: the section names are missing";
	return NULL;
}

/* As libbpf does it: of several sections the last one counts, and one of the
 * name that is not of the type is an error that it finds by itself. */
static const char *object_btf_defect(const char *bytes,
				     const Elf64_Ehdr *header)
{
	Elf64_Shdr names = section_at(bytes, header, header->e_shstrndx);
	Elf64_Shdr btf = { 0 };

	for (size_t i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr section = section_at(bytes, header, i);

		if (section.sh_type == SHT_PROGBITS &&
		    within(section.sh_name, sizeof(".BTF"), names.sh_size) &&
		    !memcmp(bytes + names.sh_offset + section.sh_name, ".BTF",
			    sizeof(".BTF")))
			btf = section;
	}
	if (btf.sh_type != SHT_PROGBITS)
		return NULL;
	return btf_defect(bytes + btf.sh_offset, btf.sh_size);
}

const char *elf_defect(const void *bytes, size_t size)
{
	const char *defect;
	Elf64_Ehdr header;

	if (size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (size < sizeof(header))
		return "truncated";
	memcpy(&header, bytes, sizeof(header));
	defect = header_defect(&header);
	if (defect)
		return defect;
	if (!within(header.e_shoff,
		    (uint64_t)header.e_shnum * sizeof(Elf64_Shdr), size))
		return "truncated";
	defect = sections_defect(bytes, size, &header);
	return defect ? defect : object_btf_defect(bytes, &header);
}
