namespace SensorNet.Sensor.Logs.Formats;

/// <summary>What a PAM module's line says.</summary>
internal enum PamKind : byte
{
    Other,
    AuthenticationFailure,
    SessionOpened,
    SessionClosed,
    Tally,
    UserUnknown,

    /// <summary>pam_faillock or pam_tally2 locked an account.</summary>
    Locked,

    /// <summary>pam_access or pam_listfile let this user not in from there.</summary>
    AccessDenied,

    /// <summary>A password was changed.</summary>
    PasswordChanged,
}
