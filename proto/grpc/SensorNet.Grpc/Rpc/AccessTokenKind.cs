namespace SensorNet.Rpc;

/// <summary>What a token is good for.</summary>
public enum AccessTokenKind : byte
{
    /// <summary>Obtains a certificate, once or a few times: <c>sn1.…</c></summary>
    Enrolment,

    /// <summary>Accompanies every call of an operator's tool: <c>snb1.…</c></summary>
    Bearer,
}
