# Signs a file for Windows (Authenticode) with the certificate that AUTHENTICODE_THUMBPRINT names; without one, says so and
# leaves the file unsigned. Tauri calls it for the programs and the installer.
param([Parameter(Mandatory)][string]$File)
$ErrorActionPreference = 'Stop'
if (-not $env:AUTHENTICODE_THUMBPRINT) {
    Write-Warning "AUTHENTICODE_THUMBPRINT is not set: $File stays unsigned"
    exit 0
}
& signtool sign /sha1 $env:AUTHENTICODE_THUMBPRINT /fd SHA256 /tr $env:AUTHENTICODE_TIMESTAMP_URL /td SHA256 $File
exit $LASTEXITCODE
