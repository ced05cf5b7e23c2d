//! Readings of the machine from `/proc` and `/sys`, with the names of the kernel's documentation (Documentation/ABI,
//! hwmon, ext4). It only reads, and needs no privilege.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::health::{Causes, CpuSpeed, DiskHealth, DiskKind, FileSystemHealth, Health, Memory, Throttling};

/// What the kernel reports.
pub(super) struct Kernel {
    root: PathBuf,
}

impl Kernel {
    /// Reads below `root`, which is `/` on a real machine.
    pub(super) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) async fn health(self) -> Health {
        tokio::task::spawn_blocking(move || self.look()).await.unwrap_or_default()
    }

    fn look(&self) -> Health {
        Health {
            temperature: self.temperature(),
            under_voltage: self.under_voltage(),
            throttling: self.throttling(),
            cpu: self.cpu(),
            load: self.load(),
            up: self.up(),
            memory: self.memory(),
            file_systems: self.file_systems(),
            disks: self.disks(),
        }
    }

    /// The processor's zone, or the first one there is.
    fn temperature(&self) -> Option<i32> {
        let zones = self.folder("sys/class/thermal", "thermal_zone");
        let processor = |zone: &&PathBuf| read(&zone.join("type")).is_some_and(|kind| kind.starts_with("cpu"));
        let zone = zones.iter().find(processor).or(zones.first())?;
        read(&zone.join("temp"))?.parse().ok()
    }

    /// The driver raspberrypi-hwmon: its alarm is on if the supply was too low since the driver last asked the firmware
    /// (1 s).
    fn under_voltage(&self) -> Option<bool> {
        let sensors = self.folder("sys/class/hwmon", "hwmon");
        let sensor = sensors.iter().find(|sensor| read(&sensor.join("name")).as_deref() == Some("rpi_volt"))?;
        Some(read(&sensor.join("in0_lcrit_alarm"))? == "1")
    }

    /// Raspberry Pi's own kernels pass on what the firmware reports; the bits are documented with `get_throttled`.
    fn throttling(&self) -> Option<Throttling> {
        let word = read(&self.root.join("sys/devices/platform/soc/soc:firmware/get_throttled"))?;
        let bits = u32::from_str_radix(word.trim_start_matches("0x"), 16).ok()?;
        let causes = |bits: u32| Causes {
            under_voltage: bits & 1 != 0,
            frequency_capped: bits & 2 != 0,
            throttled: bits & 4 != 0,
            too_hot: bits & 8 != 0,
        };
        Some(Throttling { now: causes(bits), ever: causes(bits >> 16) })
    }

    fn cpu(&self) -> Option<CpuSpeed> {
        let folder = self.root.join("sys/devices/system/cpu/cpu0/cpufreq");
        let speed = |name: &str| read(&folder.join(name))?.parse().ok();
        Some(CpuSpeed { now: speed("scaling_cur_freq")?, highest: speed("cpuinfo_max_freq")? })
    }

    fn load(&self) -> Option<[f32; 3]> {
        let text = read(&self.root.join("proc/loadavg"))?;
        let mut numbers = text.split_whitespace().map(|number| number.parse().ok());
        Some([numbers.next()??, numbers.next()??, numbers.next()??])
    }

    fn up(&self) -> Option<Duration> {
        let text = read(&self.root.join("proc/uptime"))?;
        Duration::try_from_secs_f64(text.split_whitespace().next()?.parse().ok()?).ok()
    }

    fn memory(&self) -> Option<Memory> {
        let text = read(&self.root.join("proc/meminfo"))?;
        let bytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
        };
        Some(Memory {
            total: bytes("MemTotal")?,
            available: bytes("MemAvailable")?,
            swap_total: bytes("SwapTotal").unwrap_or(0),
            swap_free: bytes("SwapFree").unwrap_or(0),
        })
    }

    fn file_systems(&self) -> Vec<FileSystemHealth> {
        let seen = |folder: &PathBuf| {
            let number = |name: &str| read(&folder.join(name))?.parse::<u64>().ok();
            Some(FileSystemHealth {
                device: file_name(folder)?,
                errors: number("errors_count")?,
                last_error_at: number("last_error_time")
                    .filter(|&seconds| seconds > 0)
                    .and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1000)),
                lifetime_writes: number("lifetime_write_kbytes"),
            })
        };
        self.folder("sys/fs/ext4", "").iter().filter_map(seen).collect()
    }

    fn disks(&self) -> Vec<DiskHealth> {
        self.folder("sys/block", "").iter().filter_map(|folder| disk(folder)).collect()
    }

    /// The folders in `path` whose names begin with `beginning`, sorted by name.
    fn folder(&self, path: &str, beginning: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root.join(path)).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning))
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        found
    }
}

/// A real disk or card, not a partition, a loop device or compressed memory.
fn disk(folder: &Path) -> Option<DiskHealth> {
    let device = file_name(folder)?;
    // The boot areas of a flash chip are disks of their own to the kernel, and of no interest to people.
    if !folder.join("device").is_dir() || device.contains("boot") || device.contains("rpmb") {
        return None;
    }
    let about = |name: &str| read(&folder.join("device").join(name)).filter(|text| !text.is_empty());
    let kind = match about("type").as_deref() {
        Some("SD") => DiskKind::Card,
        Some("MMC") => DiskKind::Flash,
        _ => DiskKind::Disk,
    };
    Some(DiskHealth {
        device,
        model: about("name").filter(|_| kind != DiskKind::Disk).or_else(|| about("model")),
        // Always counted in sectors of 512 bytes, whatever the disk's own are.
        size: read(&folder.join("size"))?.parse::<u64>().ok()?.checked_mul(512)?,
        kind,
        request_errors: about("ioerr_cnt").and_then(|text| u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()),
        life_used: about("life_time").and_then(|text| worst(&text)),
    })
}

/// The worse of the two kinds of cells, as in `0x02 0x01`; 0 means that the chip does not tell.
fn worst(life_time: &str) -> Option<u8> {
    let cells = life_time.split_whitespace().filter_map(|cell| u8::from_str_radix(cell.strip_prefix("0x")?, 16).ok());
    cells.max().filter(|&tenths| tenths > 0)
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

fn read(path: &Path) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(files: &[(&str, &str)]) -> (tempfile::TempDir, Health) {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let health = Kernel::new(root.path().to_owned()).look();
        (root, health)
    }

    /// Were this to fail, a box with a bad power supply or a failing card would look well until it loses data.
    #[test]
    fn a_raspberry_pi_in_trouble_says_so() {
        let (_root, health) = kernel(&[
            ("sys/class/thermal/thermal_zone0/type", "gpu-thermal\n"),
            ("sys/class/thermal/thermal_zone0/temp", "40000\n"),
            ("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n"),
            ("sys/class/thermal/thermal_zone1/temp", "82300\n"),
            ("sys/class/hwmon/hwmon0/name", "cpu_thermal\n"),
            ("sys/class/hwmon/hwmon1/name", "rpi_volt\n"),
            ("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n"),
            ("sys/devices/platform/soc/soc:firmware/get_throttled", "50004\n"),
            ("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "600000\n"),
            ("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "1500000\n"),
            ("proc/loadavg", "0.52 0.40 1.31 1/200 4242\n"),
            ("proc/uptime", "93.25 300.11\n"),
            (
                "proc/meminfo",
                "MemTotal: 948000 kB\nMemFree: 1 kB\nMemAvailable:  500 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\n",
            ),
            ("sys/fs/ext4/mmcblk0p4/errors_count", "3\n"),
            ("sys/fs/ext4/mmcblk0p4/last_error_time", "1700000000\n"),
            ("sys/fs/ext4/mmcblk0p4/lifetime_write_kbytes", "123456\n"),
            ("sys/fs/ext4/features/lazy_itable_init", "supported\n"),
            ("sys/block/mmcblk0/size", "62333952\n"),
            ("sys/block/mmcblk0/device/type", "SD\n"),
            ("sys/block/mmcblk0/device/name", "SC32G\n"),
            ("sys/block/mmcblk1/size", "2048\n"),
            ("sys/block/mmcblk1/device/type", "MMC\n"),
            ("sys/block/mmcblk1/device/life_time", "0x02 0x0b\n"),
            ("sys/block/sda/size", "1000\n"),
            ("sys/block/sda/device/model", "Extreme SSD\n"),
            ("sys/block/sda/device/ioerr_cnt", "0x1f\n"),
            ("sys/block/zram0/size", "1000\n"),
        ]);
        assert_eq!(health.temperature, Some(82_300));
        assert_eq!(health.under_voltage, Some(true));
        let throttling = health.throttling.unwrap();
        assert!(throttling.now.throttled && !throttling.now.under_voltage);
        assert!(throttling.ever.under_voltage && throttling.ever.throttled && !throttling.ever.too_hot);
        assert_eq!(health.cpu, Some(CpuSpeed { now: 600_000, highest: 1_500_000 }));
        assert_eq!(health.load, Some([0.52, 0.40, 1.31]));
        assert_eq!(health.up, Some(Duration::from_millis(93_250)));
        let memory = health.memory.unwrap();
        assert_eq!((memory.total, memory.available, memory.swap_free), (948_000 << 10, 500 << 10, 4 << 10));
        assert_eq!(
            health.file_systems,
            [FileSystemHealth {
                device: "mmcblk0p4".to_owned(),
                errors: 3,
                last_error_at: Some(1_700_000_000_000),
                lifetime_writes: Some(123_456),
            }]
        );
        let found: Vec<_> = health.disks.iter().map(|disk| (disk.device.as_str(), disk.kind)).collect();
        assert_eq!(found, [("mmcblk0", DiskKind::Card), ("mmcblk1", DiskKind::Flash), ("sda", DiskKind::Disk)]);
        assert_eq!(health.disks[0].model.as_deref(), Some("SC32G"));
        assert_eq!(health.disks[0].size, 62_333_952 * 512);
        assert_eq!(health.disks[1].life_used, Some(11));
        assert_eq!(health.disks[2].request_errors, Some(31));
    }

    /// Even on a machine without any readings the page must open.
    #[test]
    fn what_is_not_shown_is_missing() {
        assert_eq!(kernel(&[]).1, Health::default());
    }
}
