# Chooses the slot and starts its kernel. RAUC's variables (its manual: "Set up U-Boot boot script for RAUC"):
# BOOT_ORDER, and how many tries each slot has left. A start that is judged good gives the slot its three tries back.
# U-Boot's numbers are hexadecimal, and so are these: 3 is 3.
test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 3

setenv slot
for candidate in ${BOOT_ORDER}; do
    if test -n "${slot}"; then
        true
    elif test "${candidate}" = A && test 0x${BOOT_A_LEFT} -gt 0; then
        setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1
        setenv slot A
        setenv part 2
    elif test "${candidate}" = B && test 0x${BOOT_B_LEFT} -gt 0; then
        setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1
        setenv slot B
        setenv part 3
    fi
done
if test -z "${slot}"; then
    echo "imbox: no slot has a try left; all get new ones"
    setenv BOOT_A_LEFT 3
    setenv BOOT_B_LEFT 3
    saveenv
    reset
fi
saveenv

echo "imbox: slot ${slot}"
# Room for kernels of 64 MiB, and everything within the first 256 MiB.
setenv kernel_at 0x02800000
setenv initrd_at 0x08000000
# Nobody answers a file system check; and the screen is imbox-console's, so no cursor blinks on it.
setenv bootargs "root=PARTUUID=696d626f-0${part} rootfstype=squashfs ro rootwait init=/usr/lib/imbox/preinit rauc.slot=${slot} panic=10 fsck.repair=yes vt.global_cursor_default=0 quiet ${imbox_debug}"
load mmc 0:${part} ${kernel_at} boot/Image || reset
load mmc 0:${part} ${fdt_addr_r} boot/dtb/${fdtfile} || setenv fdt_addr_r ${fdtcontroladdr}
setenv initrd -
if load mmc 0:${part} ${initrd_at} boot/initrd; then
    setenv initrd ${initrd_at}:${filesize}
fi
booti ${kernel_at} ${initrd} ${fdt_addr_r}
reset
