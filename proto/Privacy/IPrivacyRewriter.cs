using Google.Protobuf;

namespace SensorNet.Proto.Privacy;

/// <summary>Rewrites the values of an event's fields one by one: to protect them, or to open them again.</summary>
internal interface IPrivacyRewriter
{
    /// <summary>A text that is not empty.</summary>
    string Text(string field, PrivacyFieldKind kind, string value);

    /// <summary>4 or 16 octets.</summary>
    ByteString Address(string field, ByteString value);

    /// <summary>Whether free text of this field (octets, lists of messages) goes.</summary>
    bool Drops(string field);
}
