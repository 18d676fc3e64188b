//! A print service of this test's own, with two printers: `매표`, which puts what it prints into a folder, and `away`,
//! at whose address nobody answers.
#![allow(clippy::unwrap_used, reason = "shared by tests, which fail by panicking when they can't go on")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use printing::{Job, PrintService};

/// What CUPS runs for each job: waits for paper, as a driver that tells of it, and keeps what comes.
const BACKEND: &str = r#"#!/bin/sh
[ $# -eq 0 ] && { echo 'direct booth "Booth" "Booth"'; exit 0; }
folder=${DEVICE_URI#booth:}
while [ -e "$folder/no-paper" ]; do
    [ -n "$said" ] || echo 'STATE: +media-empty-error' >&2
    said=1
    sleep 0.05
done
echo 'STATE: -media-empty-error' >&2
cat >"$folder/.$$" && mv "$folder/.$$" "$folder/$1.$$.pdf"
"#;

/// A printer that takes PDF, A4 unless it is told another size.
const DRIVER: &str = r#"*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "BOOTH.PPD"
*Manufacturer: "Booth"
*Product: "(Booth)"
*ModelName: "Booth"
*ShortNickName: "Booth"
*NickName: "Booth"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: False
*FileSystem: False
*cupsFilter: "application/vnd.cups-pdf 0 -"
*OpenUI *PageSize: PickOne
*DefaultPageSize: A4
*PageSize A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A4
*PageRegion A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4: "0 0 595 842"
*DefaultPaperDimension: A4
*PaperDimension A4: "595 842"
*VariablePaperSize: True
*MaxMediaWidth: "1200"
*MaxMediaHeight: "14000"
*HWMargins: 0 0 0 0
*CustomPageSize True: "pop pop pop <</PageSize[5 -2 roll]>>setpagedevice"
*ParamCustomPageSize Width: 1 points 36 1200
*ParamCustomPageSize Height: 2 points 36 14000
*ParamCustomPageSize WidthOffset: 3 points 0 0
*ParamCustomPageSize HeightOffset: 4 points 0 0
*ParamCustomPageSize Orientation: 5 int 0 0
"#;

/// As Debian sets it up: a job is its owner's, who is whom a program says it is. Only setting printers up is anybody's here.
const POLICY: &str = "<Policy default>
JobPrivateAccess default
JobPrivateValues default
SubscriptionPrivateAccess default
SubscriptionPrivateValues default
<Limit Create-Job Print-Job Print-URI Validate-Job>
Order deny,allow
</Limit>
<Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Purge-Jobs Set-Job-Attributes Reprocess-Job Close-Job>
Require user @OWNER @SYSTEM
Order deny,allow
</Limit>
<Limit Cancel-Job CUPS-Authenticate-Job>
Require user @OWNER @SYSTEM
Order deny,allow
</Limit>
<Limit All>
Order deny,allow
</Limit>
</Policy>
";

pub struct Booth {
    folder: tempfile::TempDir,
    port: u16,
    service: Option<Child>,
}

impl Booth {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut booth = Self { folder, port, service: None };
        booth.write_files();
        booth.start_service();
        let device = format!("booth:{}", booth.out().display());
        let driver = booth.path().join("booth.ppd");
        fs::write(&driver, DRIVER).unwrap();
        let driver = driver.to_str().unwrap();
        booth.admin("lpadmin", &["-p", "매표", "-E", "-D", "매표소 1번", "-v", &device, "-P", driver]);
        booth.admin("lpadmin", &["-p", "away", "-E", "-D", "away", "-v", "ipp://127.0.0.1:1/ipp/print", "-P", driver]);
        booth
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn out(&self) -> PathBuf {
        self.path().join("out")
    }

    fn write_files(&self) {
        let path = self.path();
        // Jobs run as another user where this is root.
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        for folder in ["etc", "cache", "state", "spool", "tmp", "log", "out", "bin/backend"] {
            fs::create_dir_all(path.join(folder)).unwrap();
        }
        for folder in ["out", "tmp"] {
            fs::set_permissions(path.join(folder), fs::Permissions::from_mode(0o1777)).unwrap();
        }
        for part in ["cgi-bin", "daemon", "driver", "filter", "monitor", "notifier"] {
            std::os::unix::fs::symlink(format!("/usr/lib/cups/{part}"), path.join("bin").join(part)).unwrap();
        }
        std::os::unix::fs::symlink("/usr/lib/cups/backend/ipp", path.join("bin/backend/ipp")).unwrap();
        let backend = path.join("bin/backend/booth");
        fs::write(&backend, BACKEND).unwrap();
        fs::set_permissions(&backend, fs::Permissions::from_mode(0o755)).unwrap();
        let at = path.display();
        let files = format!(
            "ServerRoot {at}/etc\nServerBin {at}/bin\nCacheDir {at}/cache\nStateDir {at}/state\nRequestRoot {at}/spool\n\
            TempDir {at}/tmp\nErrorLog {at}/log/error\nAccessLog {at}/log/access\nPageLog {at}/log/page\nSystemGroup root\n"
        );
        fs::write(path.join("cups-files.conf"), files).unwrap();
        let service = format!(
            "Listen 127.0.0.1:{}\nBrowsing Off\nWebInterface No\nDefaultAuthType None\nDirtyCleanInterval 0\n\
            <Location />\nOrder allow,deny\nAllow all\n</Location>\n\
            {POLICY}",
            self.port
        );
        fs::write(path.join("cupsd.conf"), service).unwrap();
    }

    pub fn start_service(&mut self) {
        let child = Command::new("/usr/sbin/cupsd")
            .arg("-f")
            .arg("-c")
            .arg(self.path().join("cupsd.conf"))
            .arg("-s")
            .arg(self.path().join("cups-files.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.service = Some(child);
        let begin = Instant::now();
        while self.service().printers().is_err() {
            assert!(begin.elapsed() < Duration::from_secs(30), "cupsd does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn kill_service(&mut self) {
        if let Some(mut child) = self.service.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn service(&self) -> PrintService {
        PrintService::at(&self.address())
    }

    /// As `CUPS_SERVER` has it.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn admin(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(format!("/usr/sbin/{program}"))
            .args(["-h", &format!("127.0.0.1:{}", self.port)])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn take_paper_away(&self) {
        fs::write(self.out().join("no-paper"), "").unwrap();
    }

    pub fn put_paper_in(&self) {
        fs::remove_file(self.out().join("no-paper")).unwrap();
    }

    /// The jobs that came out, each as often as it did.
    pub fn outcomes(&self) -> Vec<i32> {
        let mut jobs: Vec<i32> =
            self.files().iter().map(|name| name.split('.').next().unwrap().parse().unwrap()).collect();
        jobs.sort_unstable();
        jobs
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.out()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".pdf")).collect()
    }

    fn file_of(&self, job: &Job) -> String {
        let start = format!("{}.", job.id);
        self.files().into_iter().find(|name| name.starts_with(&start)).unwrap()
    }

    /// The text of a PDF, without spaces.
    pub fn text_of(&self, file: &Path) -> String {
        self.read("pdftotext", &["-layout", file.to_str().unwrap(), "-"]).split_whitespace().collect()
    }

    /// The text of what a job printed, without spaces, and what its QRs say.
    pub fn came_out(&self, job: &Job) -> (String, Vec<String>) {
        let file = self.file_of(job);
        let text = self.text_of(Path::new(&file));
        let pages = tempfile::tempdir().unwrap();
        let page = pages.path().join("page");
        self.read("pdftoppm", &["-r", "203", "-mono", &file, page.to_str().unwrap()]);
        let mut images: Vec<PathBuf> = fs::read_dir(pages.path()).unwrap().map(|file| file.unwrap().path()).collect();
        images.sort();
        let mut codes = Vec::new();
        for image in images {
            // Its status says that the receipt has none.
            let output = Command::new("zbarimg")
                .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
                .arg(image)
                .output()
                .unwrap();
            codes.extend(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned));
        }
        (text, codes)
    }

    /// Of the first page, in millimetres.
    pub fn size(&self, job: &Job) -> (f32, f32) {
        let facts = self.read("pdfinfo", &[&self.file_of(job)]);
        let line = facts.lines().find(|line| line.starts_with("Page size:")).unwrap();
        let mut sides =
            line.split_whitespace().filter_map(|word| word.parse::<f32>().ok().map(|side| side * 25.4 / 72.0));
        (sides.next().unwrap(), sides.next().unwrap())
    }

    fn read(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program).args(arguments).current_dir(self.out()).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        if let Some(mut child) = self.service.take() {
            let _stopped = child.kill();
            let _ended = child.wait();
        }
    }
}
